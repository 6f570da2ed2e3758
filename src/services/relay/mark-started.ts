import { and, eq, sql } from 'drizzle-orm'
import { outbox } from '../../db/control/outbox.ts'
import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { StreamReference } from '../../domain/stream.ts'
import { streamId } from '../stories/read-story.ts'

/** Notes that a stream's workflow has been started. */
export async function markStarted(control: StorePool, stream: StreamReference): Promise<void> {
  await withOrganization(control, stream.organization, (transaction) =>
    transaction
      .update(outbox)
      .set({ deliveredAt: sql`clock_timestamp()` })
      .where(
        and(
          eq(outbox.organization, stream.organization),
          eq(outbox.streamKind, stream.kind),
          eq(outbox.stream, streamId(stream)),
        ),
      ),
  )
}
