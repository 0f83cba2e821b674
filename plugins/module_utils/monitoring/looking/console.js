// Copyright (c) 2026, Nostromo
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// Draws the graphs of the console page, and lists its alerts. Comments have lines of their own: they are left out on the page.
const data = JSON.parse(document.getElementById("data").textContent);
const texts = data.texts;
const SERIES = 8;
const POINTS = 240;
const WIDTH = 600;
const HEIGHT = 160;
const hours = Math.max(0.25, Number(new URLSearchParams(location.search).get("hours")) || 1);
const end = Math.floor(Date.now() / 1000);
const start = end - hours * 3600;
const step = Math.max(data.interval, Math.ceil((end - start) / POINTS));

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

function shape(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function short(number) {
  return String(Number(number.toPrecision(3)));
}

function scaled(number, suffix) {
  const steps = [[1e9, " G"], [1e6, " M"], [1e3, " k"]];
  const [by, prefix] = steps.find(([size]) => number >= size) || [1, " "];
  return short(number / by) + prefix + suffix;
}

function written(number, unit) {
  if (unit === "percentunit") return short(number * 100) + " %";
  if (unit === "Bps") return scaled(number, "B/s");
  if (unit === "s") return number && number < 1 ? short(number * 1000) + " ms" : short(number) + " s";
  return short(number) + (unit === "none" ? "" : "/s");
}

function top(number) {
  const size = 10 ** Math.floor(Math.log10(number));
  return size * [1, 2, 4, 6, 8, 10].find((one) => one * size >= number * 0.999);
}

function named(legend, labels) {
  return legend.replace(/\{\{(\w+)\}\}/g, (_all, label) => labels[label] || "");
}

async function asked(path, parameters) {
  const response = await fetch("../api/v1/" + path + "?" + new URLSearchParams(parameters));
  const answer = await response.json();
  if (answer.status !== "success") throw new Error(answer.error);
  return answer.data;
}

function trace(points, highest) {
  let before = -Infinity;
  return points.map(([time, value]) => {
    const x = (WIDTH * (time - start) / (end - start)).toFixed(1);
    const y = (HEIGHT * (1 - value / highest)).toFixed(1);
    const joined = time - before < step * 1.5;
    before = time;
    return (joined ? "L" : "M") + x + " " + y + (joined ? "" : "h0");
  }).join("");
}

function moment(time, parts) {
  return new Date(time * 1000).toLocaleString(data.language === "en" ? "en-GB" : data.language, parts);
}

function clock(time) {
  return moment(time, hours > 24 ? {day: "numeric", month: "short"} : {hour: "2-digit", minute: "2-digit"});
}

function plot(series, highest, limit) {
  const drawing = shape("svg", {viewBox: "0 0 " + WIDTH + " " + HEIGHT, preserveAspectRatio: "none", "aria-hidden": "true"});
  const across = (y, look) => drawing.append(shape("line", {x1: 0, x2: WIDTH, y1: y, y2: y, class: look}));
  [0, HEIGHT / 2, HEIGHT].forEach((y) => across(y, "rule"));
  if (limit !== null && limit <= highest) across(HEIGHT * (1 - limit / highest), "limit");
  series.forEach((one, index) => drawing.append(shape("path", {d: trace(one.points, highest), class: "line c" + index})));
  return drawing;
}

function drawn(graph, found) {
  if (!found.length) return [element("p", {class: "none"}, texts.no_data)];
  const series = graph.queries.length > 1 ? found : [...found].sort((one, other) => other.most - one.most).slice(0, SERIES);
  const more = found.length - series.length;
  const most = Math.max(...found.map((one) => one.most));
  const highest = top(Math.max(most, graph.limit !== null && most > graph.limit / 4 ? graph.limit : 0) || 1);
  const height = (part) => element("span", {}, written(highest * part, graph.unit));
  const legend = series.map((one, index) => element(
    "li", {class: "c" + index}, element("span", {}, one.name), " ",
    element("b", {}, end - one.points.at(-1)[0] > step * 1.5 ? "–" : written(one.points.at(-1)[1], graph.unit)),
  ));
  return [
    element(
      "div", {class: "plot"},
      element("div", {class: "heights"}, height(1), height(0.5), height(0)),
      plot(series, highest, graph.limit),
      element("div", {class: "times"}, ...[start, (start + end) / 2, end].map((time) => element("span", {}, clock(time)))),
    ),
    element("ul", {class: "legend"}, ...legend),
    ...(more ? [element("p", {class: "none"}, texts.more.replace("{number}", more))] : []),
  ];
}

async function draw(figure, graph) {
  if (graph.limit !== null) {
    figure.firstChild.append(element("span", {}, texts.alert_above + " " + written(graph.limit, graph.unit)));
  }
  try {
    const window = Math.max(4 * data.interval, step + data.interval) + "s";
    const found = await Promise.all(graph.queries.map(async (query) => {
      const answer = await asked("query_range", {query: query.expr.replaceAll(data.window, window), start, end, step});
      return answer.result.map((one) => {
        const points = one.values.map(([time, value]) => [time, Number(value)]);
        return {name: named(query.legend, one.metric), points, most: Math.max(...points.map((point) => point[1]))};
      });
    }));
    figure.append(...drawn(graph, found.flat()));
  } catch (error) {
    figure.append(element("p", {class: "bad"}, texts.no_answer + ": " + error.message));
  }
}

function grouped(items, key) {
  const groups = new Map();
  items.forEach((item) => groups.set(key(item), [...(groups.get(key(item)) || []), item]));
  return [...groups.values()];
}

function told(alert) {
  const since = moment(Date.parse(alert.activeAt) / 1000, {dateStyle: "short", timeStyle: "short"});
  const row = alert.annotations.row || "";
  const summary = alert.annotations.summary || "";
  return element(
    "li", {}, summary, " ",
    element("small", {}, texts.since + " " + since + (row && !summary.includes(row) ? " · " + row : "")),
  );
}

function group(alerts, open) {
  const {severity, alertname} = alerts[0].labels;
  const look = alerts[0].state === "pending" ? "pending" : severity;
  const word = {pending: texts.pending, page: texts.page, ticket: texts.ticket}[look];
  const made = element(
    "details", {class: look},
    element("summary", {}, element("span", {class: "badge"}, word), " ", element("b", {}, alertname), " " + alerts.length),
    ...grouped(alerts, (alert) => alert.annotations.command).flatMap((same) => [
      element("ul", {}, ...same.map(told)),
      ...(same[0].annotations.command ? [element("code", {}, same[0].annotations.command)] : []),
    ]),
  );
  made.open = open;
  return made;
}

async function list(place) {
  const order = (alert) => (alert.state === "pending" ? 2 : 0) + (alert.labels.severity === "page" ? 0 : 1);
  try {
    const all = (await asked("alerts", {})).alerts.filter((alert) => alert.labels.alertname !== data.heartbeat);
    all.sort((one, other) => order(one) - order(other) || one.labels.alertname.localeCompare(other.labels.alertname));
    const groups = grouped(all, (alert) => order(alert) + alert.labels.alertname);
    const few = all.length <= 10;
    place.replaceChildren(...groups.map((one) => group(one, few || one.length <= 2)));
    if (!all.length) place.append(element("p", {class: "none"}, texts.no_alerts));
  } catch (error) {
    place.append(element("p", {class: "bad"}, texts.no_answer + ": " + error.message));
  }
}

// Who reads is not interrupted: what was opened, or selected to be copied, stays.
function renewed() {
  let read = false;
  document.addEventListener("click", (event) => { read ||= event.target.closest("summary") !== null; });
  setInterval(() => {
    if (!read && getSelection().isCollapsed) location.reload();
  }, data.refresh * 1000);
}

document.querySelector("header p").append(", " + moment(end, {dateStyle: "short", timeStyle: "short"}));
document.querySelectorAll("nav a").forEach((link) => {
  if (new URLSearchParams(link.search).get("hours") === String(hours)) link.setAttribute("aria-current", "page");
});
document.querySelectorAll("figure").forEach((figure, index) => draw(figure, data.graphs[index]));
document.querySelectorAll("#alerts").forEach(list);
renewed();
