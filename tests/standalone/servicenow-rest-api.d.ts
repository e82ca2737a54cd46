/** The parts of npm `servicenow-rest-api`, which has no types of its own, that the tests call. */
declare module 'servicenow-rest-api' {
  import { type Agent } from 'node:https';

  type Callback<Answer> = (answer: Answer) => void;

  export default class ServiceNow {
    constructor(instance: string, user: string, password: string);
    setNetworkOptions(options: { httpsAgent: Agent }): void;
    Authenticate(): void;
    getSampleData<Answer>(table: string, callback: Callback<Answer>): void;
    getTableData<Answer>(fields: string[], filters: string[], table: string, callback: Callback<Answer>): void;
    getSysId<Answer>(table: string, number: string, callback: Callback<Answer>): void;
    createNewTask<Answer>(data: Record<string, string>, table: string, callback: Callback<Answer>): void;
    UpdateTask<Answer>(table: string, number: string, data: Record<string, string>, callback: Callback<Answer>): void;
    DeleteTask<Answer>(table: string, number: string, callback: Callback<Answer>): void;
    getAttachmentMetaData<Answer>(id: string, callback: Callback<Answer>): void;
    getAllAttachmentsMetaData<Answer>(recordId: string, callback: Callback<Answer>): void;
    getAttachment<Answer>(id: string, callback: Callback<Answer>): void;
    getChangeTasks<Answer>(table: string, number: string, callback: Callback<Answer>): void;
  }
}
