/** What readers must not do, each under its own name, for the test of what finds them out. */
process.on("message", ({ format, index }: { format: string; index: number }) => {
  if (format === "hangs") for (;;);
  if (format === "exits") process.exit(0);
  if (format === "grows") process.send?.({ index, result: "read", ms: 1, peakMiB: 10_000 });
  else process.send?.({ index, result: "DATA_HEADER", ms: 1, peakMiB: 50 });
});
process.on("disconnect", () => process.exit(0));
