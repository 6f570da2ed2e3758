import type { ApiStores } from '../context.ts'

/** Whether this installation has an organization already; the first start makes one, later starts do not. */
export async function anyOrganization({ control }: Pick<ApiStores, 'control'>): Promise<boolean> {
  const { rows } = await control.pool.query<{ found: boolean }>('select any_organization() as found')
  return rows[0]?.found === true
}
