// How times, risks and durations read.

const LEVELS = [[85, "critical"], [60, "high"], [30, "medium"], [0, "low"]];

/** A risk score (0 to 100) in words; the thresholds are the backend's. */
export function risk(score) {
  return LEVELS.find(([lowest]) => score >= lowest)[1];
}

/** A time as people of the house read it, or a dash. */
export function time(text) {
  if (!text) return "–";
  return new Date(text).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

export function duration(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

export function percent(fraction) {
  return `${Math.round(fraction * 100)} %`;
}
