/** What every file of assets says it is. */
export const assetsFileFormat = 'countersign/assets/1'

/** How many assets a file may hold. */
export const mostAssetsInFile = 10_000

/** How large a file may be. What is exported can be imported again, so it is the same both ways. */
export const mostFileBytes = 16 * 1_048_576
