// What the kernel asks of JavaScript.

/** The double that a decimal of any length and exponent is nearest to, or NaN for what is none. */
// @ts-ignore: decorator
@external('outside', 'slowFloat')
export declare function slowFloat(start: usize, end: usize): f64

/** Nanoseconds of a time that may be in milliseconds, or the least of all numbers for what is none. */
// @ts-ignore: decorator
@external('outside', 'slowTime')
export declare function slowTime(start: usize, end: usize): i64

/** Whether the rows of this ticker are wanted: not 0 if so. Asked when it differs from that of the row before. */
// @ts-ignore: decorator
@external('outside', 'isWanted')
export declare function isWanted(start: usize, end: usize): u32
