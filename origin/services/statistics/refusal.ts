import { AppError } from '@handover/shared/errors';
import type { StatisticRefusal } from '../../contracts/statistics.ts';

/** A refusal of the Stat Server as an error that names the field; `under` is the statistic's place in the request. */
export function statisticError(reason: StatisticRefusal, under: string): AppError {
  switch (reason.kind) {
    case 'invalid': {
      const field = under === '' ? reason.attribute : `${under}.${reason.attribute}`;
      return new AppError('request.invalid', { field, text: `${field}: ${reason.text}` });
    }
    case 'too-many':
    case 'unavailable':
      return new AppError('statistics.unavailable', { detail: reason.kind });
  }
}
