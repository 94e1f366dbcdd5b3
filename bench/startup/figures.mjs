/** The middle of some numbers. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Their first and third quartile. */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return [1, 3].map((quarter) => sorted[(sorted.length * quarter) >> 2].toFixed(1)).join("–");
}

/** How much more the median of some numbers is than that of others, in percent. */
export function added(before, values) {
  const percent = (median(values) / median(before) - 1) * 100;
  return `${percent < 0 ? "" : "+"}${percent.toFixed(1)} %`;
}
