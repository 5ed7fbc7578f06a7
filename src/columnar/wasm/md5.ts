// The MD5 of four texts at a time, one in each lane of a vector. Of one alone each step waits for the one before, and
// most of a processor idles; the steps of four cost hardly more.

const LANES: u32 = 4
const BLOCK: u32 = 64

// The memory is laid out by hand: two threads share it, and the second must find it as the first left it.

/** Of each text four words, all first ones first. */
const state: usize = 0
/** The sixteen words of one block of each text. */
const words: usize = 64
/** What each of the 64 steps adds, once for every lane. */
const added: usize = 320
const free: usize = 1344

/** Where the states are: of the text in lane `i` the words `i`, `i + 4`, `i + 8` and `i + 12`. */
export function stateAt(): usize {
  return state
}

/** Where the 64 numbers of RFC 1321 go, each four times. */
export function addedAt(): usize {
  return added
}

/** The first address that is free. */
export function heapBase(): usize {
  return free
}

/** Takes `blocks` blocks of 64 bytes from each of four texts into their states. */
export function addBlocks(text0: usize, text1: usize, text2: usize, text3: usize, blocks: u32): void {
  let a = v128.load(state, 0)
  let b = v128.load(state, 16)
  let c = v128.load(state, 32)
  let d = v128.load(state, 48)
  for (; blocks > 0; blocks--) {
    for (let at: usize = 0; at < BLOCK; at += 16)
      turnWords(text0 + at, text1 + at, text2 + at, text3 + at, words + at * LANES)
    text0 += BLOCK
    text1 += BLOCK
    text2 += BLOCK
    text3 += BLOCK
    const a0 = a
    const b0 = b
    const c0 = c
    const d0 = d

    a = round1(a, b, c, d, 0, 0, 7)
    d = round1(d, a, b, c, 1, 1, 12)
    c = round1(c, d, a, b, 2, 2, 17)
    b = round1(b, c, d, a, 3, 3, 22)
    a = round1(a, b, c, d, 4, 4, 7)
    d = round1(d, a, b, c, 5, 5, 12)
    c = round1(c, d, a, b, 6, 6, 17)
    b = round1(b, c, d, a, 7, 7, 22)
    a = round1(a, b, c, d, 8, 8, 7)
    d = round1(d, a, b, c, 9, 9, 12)
    c = round1(c, d, a, b, 10, 10, 17)
    b = round1(b, c, d, a, 11, 11, 22)
    a = round1(a, b, c, d, 12, 12, 7)
    d = round1(d, a, b, c, 13, 13, 12)
    c = round1(c, d, a, b, 14, 14, 17)
    b = round1(b, c, d, a, 15, 15, 22)

    a = round2(a, b, c, d, 1, 16, 5)
    d = round2(d, a, b, c, 6, 17, 9)
    c = round2(c, d, a, b, 11, 18, 14)
    b = round2(b, c, d, a, 0, 19, 20)
    a = round2(a, b, c, d, 5, 20, 5)
    d = round2(d, a, b, c, 10, 21, 9)
    c = round2(c, d, a, b, 15, 22, 14)
    b = round2(b, c, d, a, 4, 23, 20)
    a = round2(a, b, c, d, 9, 24, 5)
    d = round2(d, a, b, c, 14, 25, 9)
    c = round2(c, d, a, b, 3, 26, 14)
    b = round2(b, c, d, a, 8, 27, 20)
    a = round2(a, b, c, d, 13, 28, 5)
    d = round2(d, a, b, c, 2, 29, 9)
    c = round2(c, d, a, b, 7, 30, 14)
    b = round2(b, c, d, a, 12, 31, 20)

    a = round3(a, b, c, d, 5, 32, 4)
    d = round3(d, a, b, c, 8, 33, 11)
    c = round3(c, d, a, b, 11, 34, 16)
    b = round3(b, c, d, a, 14, 35, 23)
    a = round3(a, b, c, d, 1, 36, 4)
    d = round3(d, a, b, c, 4, 37, 11)
    c = round3(c, d, a, b, 7, 38, 16)
    b = round3(b, c, d, a, 10, 39, 23)
    a = round3(a, b, c, d, 13, 40, 4)
    d = round3(d, a, b, c, 0, 41, 11)
    c = round3(c, d, a, b, 3, 42, 16)
    b = round3(b, c, d, a, 6, 43, 23)
    a = round3(a, b, c, d, 9, 44, 4)
    d = round3(d, a, b, c, 12, 45, 11)
    c = round3(c, d, a, b, 15, 46, 16)
    b = round3(b, c, d, a, 2, 47, 23)

    a = round4(a, b, c, d, 0, 48, 6)
    d = round4(d, a, b, c, 7, 49, 10)
    c = round4(c, d, a, b, 14, 50, 15)
    b = round4(b, c, d, a, 5, 51, 21)
    a = round4(a, b, c, d, 12, 52, 6)
    d = round4(d, a, b, c, 3, 53, 10)
    c = round4(c, d, a, b, 10, 54, 15)
    b = round4(b, c, d, a, 1, 55, 21)
    a = round4(a, b, c, d, 8, 56, 6)
    d = round4(d, a, b, c, 15, 57, 10)
    c = round4(c, d, a, b, 6, 58, 15)
    b = round4(b, c, d, a, 13, 59, 21)
    a = round4(a, b, c, d, 4, 60, 6)
    d = round4(d, a, b, c, 11, 61, 10)
    c = round4(c, d, a, b, 2, 62, 15)
    b = round4(b, c, d, a, 9, 63, 21)

    a = i32x4.add(a, a0)
    b = i32x4.add(b, b0)
    c = i32x4.add(c, c0)
    d = i32x4.add(d, d0)
  }
  v128.store(state, a, 0)
  v128.store(state, b, 16)
  v128.store(state, c, 32)
  v128.store(state, d, 48)
}

/** Of four words of each text makes four vectors of one word of each. */
// @ts-ignore: decorator
@inline
function turnWords(text0: usize, text1: usize, text2: usize, text3: usize, to: usize): void {
  const a = v128.load(text0)
  const b = v128.load(text1)
  const c = v128.load(text2)
  const d = v128.load(text3)
  const abLow = v128.shuffle<u32>(a, b, 0, 4, 1, 5)
  const abHigh = v128.shuffle<u32>(a, b, 2, 6, 3, 7)
  const cdLow = v128.shuffle<u32>(c, d, 0, 4, 1, 5)
  const cdHigh = v128.shuffle<u32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<u64>(abLow, cdLow, 0, 2), 0)
  v128.store(to, v128.shuffle<u64>(abLow, cdLow, 1, 3), 16)
  v128.store(to, v128.shuffle<u64>(abHigh, cdHigh, 0, 2), 32)
  v128.store(to, v128.shuffle<u64>(abHigh, cdHigh, 1, 3), 48)
}

/** What does not need `b`, which comes last, is done first. */
// @ts-ignore: decorator
@inline
function known(a: v128, word: u32, step: u32): v128 {
  return i32x4.add(i32x4.add(a, v128.load(words + word * 16)), v128.load(added + step * 16))
}

// @ts-ignore: decorator
@inline
function turned(sum: v128, bits: i32, b: v128): v128 {
  return i32x4.add(b, v128.or(i32x4.shl(sum, bits), i32x4.shr_u(sum, 32 - bits)))
}

// @ts-ignore: decorator
@inline
function round1(a: v128, b: v128, c: v128, d: v128, word: u32, step: u32, bits: i32): v128 {
  const mixed = v128.xor(d, v128.and(b, v128.xor(c, d)))
  return turned(i32x4.add(known(a, word, step), mixed), bits, b)
}

/** Of `b & d` and `c & ~d` no bit is in both: they can be added one after the other. */
// @ts-ignore: decorator
@inline
function round2(a: v128, b: v128, c: v128, d: v128, word: u32, step: u32, bits: i32): v128 {
  const sum = i32x4.add(known(a, word, step), v128.andnot(c, d))
  return turned(i32x4.add(sum, v128.and(b, d)), bits, b)
}

// @ts-ignore: decorator
@inline
function round3(a: v128, b: v128, c: v128, d: v128, word: u32, step: u32, bits: i32): v128 {
  return turned(i32x4.add(known(a, word, step), v128.xor(b, v128.xor(c, d))), bits, b)
}

// @ts-ignore: decorator
@inline
function round4(a: v128, b: v128, c: v128, d: v128, word: u32, step: u32, bits: i32): v128 {
  const mixed = v128.xor(c, v128.or(b, v128.not(d)))
  return turned(i32x4.add(known(a, word, step), mixed), bits, b)
}
