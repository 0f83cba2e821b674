/** The points of an SVG polyline through the values, in a box of that size; empty for fewer than two values. */
export function sparkline(values, width, height) {
  if (values.length < 2) {
    return "";
  }
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const step = width / (values.length - 1);
  return values.map((value, i) => `${round(i * step)},${round(height - ((value - low) / span) * height)}`).join(" ");
}

const round = (number) => Math.round(number * 10) / 10;
