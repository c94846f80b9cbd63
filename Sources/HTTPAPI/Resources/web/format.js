//  Numbers, sizes and times as people read them.

const units = [[1e9, "G"], [1e6, "M"], [1e3, "k"]];

/** 950, 1.24k, 37.5k, 2.10M */
export function count(value) {
  for (const [size, unit] of units) {
    if (Math.abs(value) >= size) return digits(value / size) + unit;
  }
  return Number.isInteger(value) || Math.abs(value) >= 100 ? Math.round(value).toString() : value.toFixed(1);
}

const digits = (value) => value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);

export const exact = (value) => Math.round(value).toLocaleString("en-US");

export function bytes(value) {
  const names = ["B", "KB", "MB", "GB", "TB"];
  let step = 0;
  while (value >= 1024 && step < names.length - 1) { value /= 1024; step++; }
  return (step === 0 ? Math.round(value).toString() : digits(value)) + "\u202f" + names[step];
}

/** Milliseconds as 12 ms, 3.4 s, 5 min 12 s, 3 h 4 min, 2 d 3 h */
export function duration(milliseconds) {
  if (milliseconds === null || milliseconds < 0) return "–";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function percent(ratio) {
  const value = ratio * 100;
  return `${value > 0 && value < 1 ? "<1" : Math.round(value)}\u202f%`;
}

const pad = (value, width = 2) => String(value).padStart(width, "0");

/** Local time of day; with the date if it is not today's. */
export function moment(milliseconds) {
  if (!(milliseconds > 0)) return "–";
  const time = new Date(milliseconds);
  const clock = `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`;
  return time.toDateString() === new Date().toDateString() ? clock
    : `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())} ${clock}`;
}

/** An event time: it has no zone, so it is shown as it is. */
export function eventTime(milliseconds) {
  if (milliseconds === null) return "none yet";
  if (Math.abs(milliseconds) > 8.64e15) return milliseconds > 0 ? "end of input" : "none yet";
  return new Date(milliseconds).toISOString().replace("T", " ").replace(/\.\d+Z$/, "");
}

export const plural = (number, one, many = one + "s") => `${number} ${number === 1 ? one : many}`;
