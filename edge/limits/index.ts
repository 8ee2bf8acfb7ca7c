export { createSlots, type Slots } from './slots.ts';
export { takeBody, type TakenBody } from './body.ts';
