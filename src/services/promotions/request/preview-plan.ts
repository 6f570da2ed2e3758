import { instant } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../context.ts'
import { screenStored } from '../../screening/screen-stored.ts'
import { judgingOnce } from '../preflight/judged-content.ts'
import { type PreparedPlan, preparePlan } from '../preflight/prepare-plan.ts'
import { type RoutingGround, routeRequest } from '../preflight/route-request.ts'
import { type PreviewedRequest, type PreviewGround, readPreviewGround } from './preview-ground.ts'

/**
 * The plan that a request would get on the ground that was read, by the same rules as any plan. Nothing is stored, no check
 * outside is asked, and ids of assets that would be created are not the ones that they will have.
 */
export async function planOn(
  context: Pick<ServiceContext, 'caller' | 'screenings' | 'fitting'>,
  { request, ...read }: PreviewGround,
): Promise<PreparedPlan> {
  const ground: RoutingGround = {
    ...read,
    screen: (rendered) => screenStored(context, rendered),
    judge: judgingOnce(context),
    now: instant(Date.now()),
  }
  return preparePlan(request, ground, await routeRequest(request, ground), 'not-yet')
}

/** The plan that a request would get now, as `planOn`, from what staging and production hold at this moment. */
export async function previewPlan(context: ServiceContext, asked: PreviewedRequest): Promise<PreparedPlan> {
  return planOn(context, await readPreviewGround(context, asked))
}
