import { fewSuite } from '../floor/floor-suite.ts';

// F4, in hot standby, with chats, e-mails and calls in hand. Two hundred agents and warm standby: `test/failure/floor`.
fewSuite('the Interaction Server in service is killed', 'interaction');
