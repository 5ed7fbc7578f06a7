/** Generated cases of all tests of the kernel together: a nightly run asks for more. */
const cases = Number(process.env['MILLRACE_CASES'] ?? 2000)

/** How many of them a test takes. */
export const shareOfCases = (share: number): number => Math.ceil(cases * share)
