/** An error and what caused it, one after the other: the driver's error stands behind the query builder's. */
export function* errorCauses(error: unknown): Generator<Error> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) yield cause
}

/** The codes of an error and of what caused it, such as PostgreSQL's SQLSTATE. */
export function errorCodes(error: unknown): readonly string[] {
  return [...errorCauses(error)].flatMap((cause) =>
    'code' in cause && typeof cause.code === 'string' ? [cause.code] : [],
  )
}
