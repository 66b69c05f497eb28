import { guaranteeEn, type GuaranteeMessages } from "./en";

export const guaranteeRu: GuaranteeMessages = { ...guaranteeEn };
