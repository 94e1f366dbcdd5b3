// The Resource of the example 07-contract, which is copied beside this file.
import { writeFileSync } from "node:fs";
import { openApi } from "colonnade";
import express from "express";
import { TaskResource } from "./07-contract/task-resource";

const tasks = new TaskResource();

export const app = express();
app.use("/api", tasks.router());

if (require.main === module) {
  const document = openApi({ title: "Tasks", version: "1.0.0" }, { "/api": tasks });
  writeFileSync("tasks.json", JSON.stringify(document));
}
