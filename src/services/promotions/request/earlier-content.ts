import type { Transaction } from '../../../db/transaction.ts'
import { textsOf } from '../../audit/read-texts.ts'
import type { RevisionRequest } from '../preflight/revision-request.ts'
import type { RequestContent } from './request-content.ts'

/** What was sent along with a revision as its requester sent it; erased words are left out. */
export async function earlierContent(
  transaction: Transaction,
  { document, manifest, evidence }: RevisionRequest,
): Promise<RequestContent> {
  const { bindings, acknowledge, adopt, notBefore, reviewers } = document
  const words = await textsOf(
    transaction,
    acknowledge.flatMap(({ text }) => (text === null ? [] : [text])),
  )
  return {
    bindings,
    manifest,
    evidence,
    acknowledge: acknowledge.map(({ rule, asset, pointer, text }) => ({
      rule,
      asset,
      pointer,
      justification: text === null ? null : (words.get(text) ?? null),
    })),
    adopt,
    notBefore,
    reviewers,
  }
}
