/** Whole years on a day, both as `YYYY-MM-DD`. */
export const ageAt = (born: string, day: string): number =>
  Number(day.slice(0, 4)) - Number(born.slice(0, 4)) - (day.slice(5) < born.slice(5) ? 1 : 0)
