/** Which rows of a list are asked for: at most `limit`, after the one that `after` tells of, or from the first. */
export interface PageAsked<Place> {
  readonly after: Place | undefined
  readonly limit: number
}
