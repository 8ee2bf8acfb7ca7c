import { createSimDriver } from '../../origin/connectors/link/index.ts';
import { connectorsSuite } from './connectors-suite.ts';

connectorsSuite(() => Promise.resolve(createSimDriver()));
