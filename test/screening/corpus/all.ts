import type { CorpusCase } from './case.ts'
import { cleanDocuments } from './clean-documents.ts'
import { cleanTypes } from './clean-types.ts'
import { plantedPatients } from './patients.ts'
import { plantedSecrets } from './secrets.ts'

export const plantedCases: readonly CorpusCase[] = [...plantedSecrets, ...plantedPatients]
export const cleanCases: readonly CorpusCase[] = [...cleanTypes, ...cleanDocuments]
