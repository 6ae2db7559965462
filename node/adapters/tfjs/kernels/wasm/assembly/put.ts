/** Writes up to eight results, or adds them to what is there. @param spill 32 bytes, used where they are fewer */
// @ts-ignore: decorator
@inline
export function put(to: usize, low: v128, high: v128, width: i32, add: bool, spill: usize): void {
  if (width < 8) {
    putFew(to, low, high, width, add, spill);
    return;
  }
  v128.store(to, add ? f32x4.add(v128.load(to), low) : low);
  v128.store(to, add ? f32x4.add(v128.load(to, 16), high) : high, 16);
}

function putFew(to: usize, low: v128, high: v128, width: i32, add: bool, spill: usize): void {
  v128.store(spill, low);
  v128.store(spill, high, 16);
  for (let at: usize = 0; at < <usize>width << 2; at += 4) {
    const value = load<f32>(spill + at);
    store<f32>(to + at, add ? load<f32>(to + at) + value : value);
  }
}
