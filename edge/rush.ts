/** How many newcomers a second a region that came back takes without a look at its share: that is no rush. */
const calmPerS = 20;

/** Who comes to a region that has just come back, in this isolate. */
export interface Rush {
  /** 0 while few come in this second; else a number between 0 and 1, drawn at random: below the region's share it is let in. */
  draw(nowMs: number): number;
}

export function createRush(random: () => number = Math.random): Rush {
  let second = 0;
  let count = 0;
  return {
    draw(nowMs) {
      const present = Math.floor(nowMs / 1_000);
      if (present !== second) count = 0;
      second = present;
      count += 1;
      return count <= calmPerS ? 0 : random();
    },
  };
}
