import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type CaseName, caseNames } from './cases.ts'
import { defaultScenarios, type ScenarioName, scenarioNames } from './scenarios.ts'

export const usage = `npm run bench -- [--scenarios all|NAME,NAME] [--rows N] [--runs N] [--only CASE,CASE] [--out FILE]
  --scenarios  ${scenarioNames.join(',')}
               without it ${defaultScenarios.join(',')}
  --rows       of each file, instead of what the scenario says
  --runs       of each case beside the first one; 5 without it
  --only       ${caseNames.join(',')}
  --out        the report; test/bench/RESULTS.md without it`

export interface Options {
  readonly scenarios: readonly ScenarioName[]
  readonly rows: number | undefined
  readonly runs: number
  readonly only: readonly CaseName[]
  readonly out: string
  /** As it would be typed again, without where the report went. */
  readonly command: string
}

/** @throws {RangeError | TypeError} when an option means nothing. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenarios: { type: 'string', default: defaultScenarios.join(',') },
      rows: { type: 'string' },
      runs: { type: 'string', default: '5' },
      only: { type: 'string', default: caseNames.join(',') },
      out: {
        type: 'string',
        default: fileURLToPath(new URL('../../../test/bench/RESULTS.md', import.meta.url)),
      },
    },
  })
  const again = args.filter((arg, i) => !/^--out/.test(arg) && args[i - 1] !== '--out')
  return {
    scenarios: some('scenarios', scenarioNames, values.scenarios),
    rows: values.rows === undefined ? undefined : count('rows', values.rows),
    runs: count('runs', values.runs),
    only: some('only', caseNames, values.only),
    out: values.out,
    command: ['npm run bench', ...(again.length > 0 ? ['--', ...again.map(quoted)] : [])].join(' '),
  }
}

const quoted = (arg: string): string => (/\s/.test(arg) ? `'${arg}'` : arg)

function count(flag: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new RangeError(`--${flag}: no count: ${text}`)
  return Number(text)
}

/** In the order in which they are known. */
function some<T extends string>(flag: string, known: readonly T[], text: string): T[] {
  if (flag === 'scenarios' && text === 'all') return [...known]
  const names = text.split(',')
  const wrong = names.find((name) => !known.some((one) => one === name))
  if (wrong !== undefined) throw new RangeError(`--${flag}: ${wrong} is none of ${known}`)
  return known.filter((name) => names.includes(name))
}
