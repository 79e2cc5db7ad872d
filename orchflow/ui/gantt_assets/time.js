// Days as whole numbers since 1970: what they are called, and where weeks, months, quarters and years begin.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function dateOf(day) {
  return new Date(day * 86400000);
}

export function written(day) {
  const at = dateOf(day);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

// The beginnings of the parts of time in sight: weeks below months, months below quarters, quarters below years.
export function ticks(upper, { scale, from, until, wide }) {
  const found = [];
  if (scale === "weeks" && !upper) {
    let monday = from - ((from + 3) % 7);
    const step = wide * 7 < 30 ? 14 : 7;
    for (; monday < until; monday += step) found.push([Math.max(monday, from), `${dateOf(monday).getUTCDate()}`]);
    return found;
  }
  const months = { weeks: 1, months: upper ? 3 : 1, quarters: upper ? 12 : 3 }[scale];
  const begin = dateOf(from);
  let year = begin.getUTCFullYear();
  let month = Math.floor(begin.getUTCMonth() / months) * months;
  for (;;) {
    const day = Date.UTC(year, month, 1) / 86400000;
    if (day >= until) return found;
    const at = dateOf(day);
    const named = months === 1 ? (upper || scale === "weeks" ? `${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}` : MONTHS[at.getUTCMonth()])
      : months === 3 ? `Q${at.getUTCMonth() / 3 + 1}${upper ? ` ${at.getUTCFullYear()}` : ""}` : `${at.getUTCFullYear()}`;
    found.push([Math.max(day, from), named]);
    month += months;
  }
}
