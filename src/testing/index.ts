// What tests of stages need, of one's own too: a server that fails as it is told, and time that stands still.

export { createFakeClock, type FakeClock } from './fake-clock.ts'
export { type Company, makeCompanies } from './rest-companies.ts'
export { companyRoutes } from './rest-company-routes.ts'
export type { RestFault } from './rest-faults.ts'
export { type RestRequest, type RestServer, type RestServerOptions, startRestServer } from './rest-server.ts'
export type { RestAnswer, RestRoutes, RestRow, RestTable } from './rest-tables.ts'
export type { Refusal, S3Objects } from './s3-answers.ts'
export type { Fault } from './s3-faults.ts'
export { type S3Request, type S3Server, type S3ServerOptions, type Sent, startS3Server } from './s3-server.ts'
