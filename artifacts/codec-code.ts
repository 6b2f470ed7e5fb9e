/** What of the codec is part of the code of every stage: all that makes whole tables into bytes, and these into tables. */
export { decodeValue, encodeValue, Mismatch } from "./codec.ts"
