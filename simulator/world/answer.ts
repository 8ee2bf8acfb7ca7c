/** What the world's HTTP side answers. */
export interface Answer {
  status: number;
  body: unknown;
}
