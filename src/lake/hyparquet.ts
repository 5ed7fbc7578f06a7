/** The one door to hyparquet, which reads what another library has written. */
export { parquetMetadata, parquetRead } from 'hyparquet'

/** What unpacks pages; loaded when pages are first read. */
export const pageCompressors = async () => (await import('hyparquet-compressors')).compressors
