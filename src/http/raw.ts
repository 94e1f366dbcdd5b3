// What a router is mounted on fills these two in: `express/raw.ts` makes them Express's own.

/** The request object of the framework that a router is mounted on: Express's `req`. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled in by declaration merging
export interface RawRequest {}

/** The response object of the framework that a router is mounted on: Express's `res`. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled in by declaration merging
export interface RawResponse {}
