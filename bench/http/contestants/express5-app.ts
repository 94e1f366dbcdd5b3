import express from "express";
import type { Express, Request } from "express";
import type { App } from "../tasks";
import { buildApp } from "./express-app";

export function buildExpress5(task: App): Express {
  return buildApp({ express, wildcard: "/files/*path", pathOf }, task);
}

function pathOf({ params: { path } }: Request): string {
  return Array.isArray(path) ? path.join("/") : "";
}
