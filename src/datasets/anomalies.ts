/** What is known to be wrong with some days of the vendor's files: no lake that holds it is wrong for that. */
export interface Anomaly {
  /** Names of the datasets. */
  readonly datasets: readonly string[]
  /** First and last day, both included. */
  readonly first: string
  readonly last: string
  readonly about: string
  /** Who has told of it. */
  readonly source: string
  /** What of a file need not be as it should be for it. */
  readonly excuses?: 'times'
}

export const anomalies: readonly Anomaly[] = [
  {
    datasets: ['options-daily'],
    first: '2025-02-10',
    last: '2025-02-10',
    about: 'each window_start is -68400000000000, which is in 1969',
    source: "the vendor's issues, #334",
    excuses: 'times',
  },
  {
    datasets: ['indices-daily'],
    first: '2023-04-07',
    last: '2023-04-07',
    about: 'a file of Good Friday, whose window_start means none and is null in a lake',
    source: 'public code that read the file',
    excuses: 'times',
  },
  {
    datasets: ['stocks-daily'],
    first: '2019-08-12',
    last: '2019-08-13',
    about: '29 rows are double or have a time that is not midnight',
    source: 'zipline-polygon-bundle, #5',
    excuses: 'times',
  },
  {
    datasets: ['stocks-trades'],
    first: '2015-01-06',
    last: '2015-01-07',
    about: 'sizes of trades are wrong, 33 to 49',
    source: "the vendor's issues, #291",
  },
  {
    datasets: ['options-trades'],
    first: '2018-10-12',
    last: '2018-10-12',
    about: 'trades are missing',
    source: "the vendor's issues, #293",
  },
  {
    datasets: ['options-trades'],
    first: '2024-06-01',
    last: '2024-06-30',
    about: 'on some days of the month the trades end in the middle of the session',
    source: "the vendor's issues, #308",
  },
]

/** What is known of a day of a dataset. */
export const anomaliesOf = (dataset: string, date: string): Anomaly[] =>
  anomalies.filter(({ datasets, first, last }) => datasets.includes(dataset) && first <= date && date <= last)
