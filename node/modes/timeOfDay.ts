/** Hours and minutes on this machine's clock, as `13:05`. @param ms unix milliseconds */
export function timeOfDay(ms: number): string {
  const at = new Date(ms);
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
