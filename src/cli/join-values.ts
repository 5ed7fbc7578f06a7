/**
 * Rewrites arguments so that yargs takes them as people mean them: `--start -5d` and `--out -` become one word each
 * (yargs alone takes `-5d` for flags and refuses `-`), a switch gets its value, and quotes around a value stay.
 */
export function joinValues(args: readonly string[], switches: ReadonlySet<string>): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length
  const flags = args.slice(0, end)
  const joined = flags.flatMap((arg, i) => {
    if (wantsValue(flags[i - 1], switches) && isDashed(arg)) return []
    if (isSwitch(arg, switches)) return [`${arg}=true`]
    const next = flags[i + 1]
    if (wantsValue(arg, switches) && isDashed(next)) return [`${arg}=${next}`]
    return [keepQuotes(arg)]
  })
  return [...joined, ...args.slice(end)]
}

const isSwitch = (arg: string, switches: ReadonlySet<string>): boolean =>
  arg.startsWith('--') && switches.has(arg.slice(2))

/** A flag, as yet without a value. */
const wantsValue = (arg: string | undefined, switches: ReadonlySet<string>): boolean =>
  arg !== undefined && /^--[^-=][^=]*$/.test(arg) && !isSwitch(arg, switches)

/** A value that looks like a flag: `-`, `-5d`. */
const isDashed = (arg: string | undefined): boolean => arg !== undefined && /^-(\d|$)/.test(arg)

/** yargs takes one pair of quotes off `--quote="'"`; two pairs leave one. */
function keepQuotes(arg: string): string {
  const [, flag = '', value = ''] = /^(--[^=]+=)([\s\S]*)$/.exec(arg) ?? []
  return /^(['"])([\s\S]*\1)?$/.test(value) ? `${flag}"${value}"` : arg
}
