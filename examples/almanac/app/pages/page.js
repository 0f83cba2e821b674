const { weekday, date, day_of_year, moon } = await (await fetch("/api/today")).json();
document.querySelector("#today").textContent = `${weekday}, ${date}, day ${day_of_year} of the year. The moon: ${moon}.`;
