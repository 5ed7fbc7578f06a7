// Where a thread begins that goes on with a file for `gunzip`.
import { openGunzipper } from '../columnar/gunzipper.ts'
import { serveBytes } from '../core/serve-bytes.ts'

serveBytes(openGunzipper)
