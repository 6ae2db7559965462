/**
 * Lets TensorFlow compute in one thread each, which is faster on models of this size. It reads its environment when it is loaded, and a worker's
 * `process.env` is a copy that it does not see: called before the worker is made. What an operator has set stays.
 */
export function limitThreads(): void {
  process.env.TF_NUM_INTRAOP_THREADS ??= "1";
  process.env.TF_NUM_INTEROP_THREADS ??= "1";
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
}
