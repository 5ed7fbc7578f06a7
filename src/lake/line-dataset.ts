import type { ManifestLine } from '../core/manifest.ts'
import { datasets } from '../datasets/all.ts'
import type { Dataset } from '../datasets/dataset.ts'

/** The dataset that a line is of, where it is of one. */
export const datasetOf = ({ shape, table }: ManifestLine): Dataset | undefined =>
  datasets.find(({ name, prefix }) => name === shape['dataset'] || prefix === table.replace(/ \(flat\)$/, ''))
