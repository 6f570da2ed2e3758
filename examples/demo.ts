import { setTimeout as pause } from 'node:timers/promises'
import { explainFailure } from '../src/runtime/process/explain-failure.ts'
import { untilAskedToStop } from '../src/runtime/process/until-asked-to-stop.ts'
import { openClient } from './demo/client.ts'
import { DemoFailed, openNarrative } from './demo/narrative.ts'
import { leave, newBelongings, openStage, type Stage } from './demo/stage.ts'
import { tellStory } from './demo/story.ts'

// Databases that are configured are left alone: the demo makes and removes its own. A Temporal that is named is used, as
// everywhere, in a namespace that has to be free of other workers of ours.
const { PATH, XDG_CACHE_HOME, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, LOG_LEVEL = 'error' } = process.env
const environment = { PATH, XDG_CACHE_HOME, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, LOG_LEVEL }

const patienceMilliseconds = 15_000

class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`
}

async function tell({ url, opening, address }: Stage): Promise<void> {
  const begun = performance.now()
  const narrative = openNarrative(say)
  await tellStory(openClient(url), opening, address, narrative)
  say(`\nEverything held: ${narrative.checked} checks in ${secondsSince(begun)}. Stopping the servers.`)
}

function rejected(reason: Promise<Error>): Promise<never> {
  return reason.then((error) => Promise.reject(error))
}

const interrupted = rejected(untilAskedToStop().then(() => new Interrupted()))
const belongings = await newBelongings()
say('Countersign: a promotion, from request to a fresh copy in production\n')
say(`The servers keep their data in ${belongings.folder}, which is removed afterwards.`)
say('   starting PostgreSQL, Temporal, the API and the workers')
const begun = performance.now()
const opening = openStage(belongings, environment, (message) => say(`   ${message}`))
try {
  const stage = await Promise.race([opening, interrupted])
  say(`   all of them run after ${secondsSince(begun)}; the API is at ${stage.url}`)
  say('From here on everything happens over HTTP, with keys.')
  await Promise.race([tell(stage), rejected(stage.failed), interrupted])
  await leave(belongings, true)
} catch (error) {
  const stopped = error instanceof Interrupted
  // What is being opened has to be there before it can be stopped. Getting Temporal may take minutes: that is not waited for.
  await Promise.race([opening.catch(() => {}), pause(patienceMilliseconds)])
  await leave(belongings, stopped)
  if (stopped) say('\nStopped, and cleaned up.')
  else {
    const reason = error instanceof DemoFailed ? error.message : explainFailure(error)
    process.stderr.write(
      `\nThe demo failed. ${reason}\nIts data and the servers' logs are in ${belongings.folder}.\n`,
    )
  }
  process.exit(stopped ? 130 : 1)
}
