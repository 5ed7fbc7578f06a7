declare module 's3rver' {
  /** What of an S3 server that we did not write is used here. Its key id and secret are both `S3RVER`. */
  // biome-ignore lint/style/noDefaultExport: it is theirs
  export default class S3rver {
    constructor(options: {
      readonly port: number
      readonly address: string
      readonly silent: boolean
      readonly directory: string
      readonly configureBuckets: readonly { readonly name: string }[]
    })
    run(): Promise<{ readonly port: number }>
    close(): Promise<void>
  }
}
