import { text } from '../core/params.ts'
import { massiveFlatFiles } from '../remote/bucket.ts'

/** Which bucket is meant: the same flags wherever one is asked. */
export const bucketParams = {
  endpoint: text('S3 server; the old https://files.polygon.io answers, too', {
    value: 'URL',
    default: massiveFlatFiles.endpoint,
  }),
  region: text('its region', { default: massiveFlatFiles.region }),
  bucket: text('its bucket', { default: massiveFlatFiles.bucket }),
}

/** Without TLS, which takes so much of a processor that it is better spread. */
export const isPlain = (endpoint: string): boolean => /^http:/i.test(endpoint)
