// Waits until a condition holds; fails when it does not within 30 seconds.
export async function eventually(condition) {
  const end = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > end) {
      throw new Error(`never held: ${condition}`);
    }

    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
