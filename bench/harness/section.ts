import type { EnvironmentsOfTwoSizes } from '../seed/environments-of-two-sizes.ts'
import type { Figure } from './figure.ts'
import type { Ground } from './ground.ts'

/** What sections measure on. Who needs the seeded environments asks for them; they are made once in a run. */
export interface Stage extends Ground {
  environmentsOfTwoSizes(): Promise<EnvironmentsOfTwoSizes>
}

/** A named part of the bench. It throws where what it measured was not also right. */
export interface Section {
  readonly name: string
  /** What stands in the stores before anything is measured. */
  readonly about: string
  run(stage: Stage): Promise<readonly Figure[]>
}
