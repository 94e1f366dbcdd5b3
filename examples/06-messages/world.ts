import { Ball, Court, Direction } from "./messages";

/** What the server knows to be true. */
export class World {
  readonly court = Court.of({ width: 40, names: ["left", "right"] });
  readonly ball = Ball.of({ x: 20, speed: 1 });
  readonly #listeners = new Set<(ball: Ball) => void>();

  /** Moves the ball, and tells of it. */
  step(): void {
    const { ball, court } = this;
    const x = ball.x + ball.speed * ball.direction.value;
    ball.x = Math.min(Math.max(x, 0), court.width);
    if (ball.x !== x) {
      ball.bounces += 1;
      ball.direction = ball.direction === Direction.RIGHT ? Direction.LEFT : Direction.RIGHT;
    }
    for (const listener of this.#listeners) listener(ball);
  }

  kick(strength: number): void {
    this.ball.speed = Math.min(this.ball.speed + strength, 3);
  }

  onStep(listener: (ball: Ball) => void): void {
    this.#listeners.add(listener);
  }
}
