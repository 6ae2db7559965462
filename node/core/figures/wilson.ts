/** Two-sided 95 %: the normal distribution's 0.975 quantile. */
const Z = 1.959963984540054;

/**
 * Interval for a share that was estimated from a sample (Wilson 1927): unlike the one of the normal approximation it stays within 0 to 1 and
 * means something for few rows and for shares near 0 and 1.
 * @param successes of `trials`, at least one trial
 */
export function wilsonInterval(successes: number, trials: number, z = Z): { low: number; high: number } {
  const share = successes / trials;
  const squared = z * z;
  const center = share + squared / (2 * trials);
  const spread = z * Math.sqrt((share * (1 - share)) / trials + squared / (4 * trials * trials));
  const scale = 1 + squared / trials;
  return {
    low: successes === 0 ? 0 : Math.max(0, (center - spread) / scale),
    high: successes === trials ? 1 : Math.min(1, (center + spread) / scale),
  };
}
