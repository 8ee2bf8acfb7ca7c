import { randomBytes } from 'node:crypto';

const shape = /^([a-z0-9-]{1,32})\.[A-Za-z0-9_-]{20,64}$/;

/** An authorization code: the region whose Redis holds it, a dot, 192 random bits. Whoever routes the redemption needs nothing else. */
export const newCode = (region: string): string => `${region}.${randomBytes(24).toString('base64url')}`;

/** The region a code belongs to; undefined when the text is no code of ours. */
export const regionOfCode = (code: string): string | undefined => shape.exec(code)?.[1];
