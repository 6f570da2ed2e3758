import { availableParallelism, cpus } from 'node:os'
import { describeFigure, type Figure, holds } from './harness/figure.ts'
import { type Ground, openGround } from './harness/ground.ts'
import type { Section, Stage } from './harness/section.ts'
import { verifyEveryLog } from './harness/verify-logs.ts'
import { assetsList } from './sections/assets-list.ts'
import { assetsRead } from './sections/assets-read.ts'
import { decision } from './sections/decision.ts'
import { plan } from './sections/plan.ts'
import { versionWrite } from './sections/version-write.ts'
import { waitingSection } from './sections/waiting.ts'
import { type EnvironmentsOfTwoSizes, seedTwoSizes } from './seed/environments-of-two-sizes.ts'

const sections: readonly Section[] = Object.freeze([
  versionWrite,
  assetsList,
  assetsRead,
  plan,
  decision,
  waitingSection,
])

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function chosen(names: readonly string[]): readonly Section[] {
  const unknown = names.filter((name) => !sections.some((section) => section.name === name))
  if (unknown.length > 0) {
    const known = sections.map(({ name }) => name).join(', ')
    throw new RangeError(`There is no section ${unknown.join(', ')}. The sections are ${known}.`)
  }
  return names.length === 0 ? sections : sections.filter(({ name }) => names.includes(name))
}

function stageOn(ground: Ground): Stage {
  let seeded: Promise<EnvironmentsOfTwoSizes> | undefined
  return {
    ...ground,
    environmentsOfTwoSizes() {
      seeded ??= seedTwoSizes(ground)
      return seeded
    },
  }
}

async function runSection(stage: Stage, { name, about, run }: Section): Promise<readonly Figure[]> {
  say(`\n${name}: ${about}`)
  const figures = await run(stage)
  for (const line of figures.flatMap(describeFigure)) say(line)
  say(`    what was done is right; ${await verifyEveryLog(stage)} log entries verify`)
  return figures
}

async function runAll(asked: readonly Section[]): Promise<readonly Figure[]> {
  const ground = await openGround(() => {})
  try {
    const stage = stageOn(ground)
    const figures: Figure[] = []
    for (const section of asked) figures.push(...(await runSection(stage, section)))
    return figures
  } finally {
    await ground.stop()
  }
}

const asked = chosen(process.argv.slice(2))
say(`On ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}; only the ratios travel.`)
const figures = await runAll(asked)
const broken = figures.filter((figure) => !holds(figure))
say(broken.length === 0 ? '\nEvery limit holds.' : `\nBroken: ${broken.map(({ name }) => name).join('; ')}.`)
process.exitCode = broken.length === 0 ? 0 : 1
