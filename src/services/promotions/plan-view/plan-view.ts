import type { Digest, PersonId, PromotionId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { type Change, difference } from '../../../domain/plan/difference.ts'
import type { Evidence } from '../../../domain/plan/evidence.ts'
import type { Manifest } from '../../../domain/plan/manifest.ts'
import type { Plan, PlanFinding, PlanItem } from '../../../domain/plan/plan.ts'
import { maskChanges, maskContent } from '../../../screening/mask.ts'
import type { ServiceContext } from '../../context.ts'
import { type StoredContent, screenStored } from '../../screening/screen-stored.ts'

export interface PlanItemView extends PlanItem {
  /** What production would hold; left out for who has no role there. */
  readonly content?: JsonValue
  /** Against production's baseline; without values for who has no role there. */
  readonly diff: readonly (Change | Pick<Change, 'pointer' | 'op'>)[]
  /** Whether production holds another version by now than the plan was made against. */
  readonly moved: boolean
}

/** A finding with the words of who acknowledged it; null where there are none, or they were erased. */
export type FindingView = Omit<PlanFinding, 'justification'> & { readonly justification: string | null }

type PlanHead = Pick<
  Plan,
  | 'revision'
  | 'requester'
  | 'contributors'
  | 'policy'
  | 'risk'
  | 'severalSteps'
  | 'signIn'
  | 'steps'
  | 'dependencies'
  | 'expiresAfter'
  | 'activation'
  | 'validation'
  | 'notBefore'
>

export interface PlanView extends PlanHead {
  readonly promotion: PromotionId
  readonly planDigest: Digest
  readonly findings: readonly FindingView[]
  readonly manifest: Manifest | null
  readonly evidence: readonly Evidence[]
  readonly reviewers: readonly PersonId[]
  readonly items: readonly PlanItemView[]
}

/** What is shown of a plan as it stands in it. */
export function planHead({
  format: _format,
  organization: _organization,
  source: _source,
  destination: _destination,
  promotion: _promotion,
  items: _items,
  findings: _findings,
  manifest: _manifest,
  evidence: _evidence,
  ...head
}: Plan): PlanHead {
  return head
}

/** Contents of both sides of a plan, by digest. */
export interface PlanContents {
  readonly before: ReadonlyMap<Digest, StoredContent>
  readonly after: ReadonlyMap<Digest, StoredContent>
}

/** Who looks: with a role in the destination or without, at what is masked or past it. */
export interface PlanReader {
  readonly seesValues: boolean
  readonly unmask: boolean
}

async function shownContent(
  context: Pick<ServiceContext, 'caller' | 'screenings'>,
  before: StoredContent | undefined,
  after: StoredContent | undefined,
  { seesValues, unmask }: PlanReader,
): Promise<Pick<PlanItemView, 'content' | 'diff'>> {
  if (after === undefined) return { diff: [] }
  const { content } = after
  const changes = difference(before?.content, content)
  if (unmask) return { content, diff: changes }
  const findings = {
    before: before === undefined ? [] : await screenStored(context, before),
    after: await screenStored(context, after),
  }
  const diff = maskChanges(changes, findings)
  return seesValues
    ? { content: maskContent(content, findings.after), diff }
    : { diff: diff.map(({ pointer, op }) => ({ pointer, op })) }
}

/** A plan's items as its reader may see them: what looks like a secret or like data of a patient is masked. */
export async function showItems(
  context: Pick<ServiceContext, 'caller' | 'screenings'>,
  items: readonly PlanItem[],
  { before, after }: PlanContents,
  reader: PlanReader,
  moved: ReadonlySet<number>,
): Promise<readonly PlanItemView[]> {
  const shown: PlanItemView[] = []
  for (const item of items) {
    const { baseline } = item.target
    const standing = baseline === null ? undefined : before.get(baseline.digest)
    const content = await shownContent(context, standing, after.get(item.digest), reader)
    shown.push({ ...item, ...content, moved: moved.has(item.position) })
  }
  return shown
}
