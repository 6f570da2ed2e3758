import { Connection } from '@temporalio/client'

/** Whether a Temporal server answers at `address` and serves all of these namespaces. */
export async function answersForNamespaces(address: string, namespaces: readonly string[]): Promise<boolean> {
  const connection = Connection.lazy({ address })
  try {
    return await connection.withDeadline(Date.now() + 2_000, async () => {
      await connection.workflowService.getSystemInfo({})
      for (const namespace of namespaces) await connection.workflowService.describeNamespace({ namespace })
      return true
    })
  } catch {
    return false
  } finally {
    await connection.close()
  }
}
