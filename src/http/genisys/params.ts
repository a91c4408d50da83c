import type { RouteOptions } from '@hapi/hapi';
import Joi from 'joi';
import { noService } from '../../decisions/services/find-service.ts';
import { idSchema } from '../validation.ts';

export interface ServiceParams {
  readonly Params: { readonly name: string };
}

/** An invalid name is reported as an unknown service. */
export const serviceParams: NonNullable<RouteOptions['validate']> = {
  params: Joi.object({ name: idSchema }),
  failAction: ({ params }) => {
    throw noService(String(params.name));
  },
};
