// Scenarios of strict-csms.mjs: device model, reports, monitors, availability, triggers. Checks are named after the
// rules of the specification (part 2).
import {CAR, becomes, nameOf, put, report, soon, start, status, token, value, variable} from './csms-words.mjs';
import {sleep, until} from './peer.mjs';

const REQUIRED = `AlignedDataCtrlr.Interval AlignedDataCtrlr.Measurands AlignedDataCtrlr.TxEndedInterval AlignedDataCtrlr.TxEndedMeasurands
    AuthCtrlr.AuthorizeRemoteStart AuthCtrlr.LocalAuthorizeOffline AuthCtrlr.LocalPreAuthorize ChargingStation.AvailabilityState ChargingStation.Available
    ChargingStation.SupplyPhases ClockCtrlr.DateTime ClockCtrlr.TimeSource Connector.Available Connector.ConnectorType Connector.SupplyPhases
    DeviceDataCtrlr.BytesPerMessage DeviceDataCtrlr.ItemsPerMessage DisplayMessageCtrlr.DisplayMessages DisplayMessageCtrlr.SupportedFormats
    DisplayMessageCtrlr.SupportedPriorities EVSE.AvailabilityState EVSE.Available EVSE.Power EVSE.SupplyPhases LocalAuthListCtrlr.BytesPerMessage
    LocalAuthListCtrlr.Entries LocalAuthListCtrlr.ItemsPerMessage MonitoringCtrlr.BytesPerMessage MonitoringCtrlr.ItemsPerMessage
    OCPPCommCtrlr.FileTransferProtocols OCPPCommCtrlr.MessageAttemptInterval OCPPCommCtrlr.MessageAttempts OCPPCommCtrlr.MessageTimeout
    OCPPCommCtrlr.NetworkConfigurationPriority OCPPCommCtrlr.NetworkProfileConnectionAttempts OCPPCommCtrlr.OfflineThreshold OCPPCommCtrlr.ResetRetries
    OCPPCommCtrlr.UnlockOnEVSideDisconnect SampledDataCtrlr.TxEndedInterval SampledDataCtrlr.TxEndedMeasurands SampledDataCtrlr.TxStartedMeasurands
    SampledDataCtrlr.TxUpdatedInterval SampledDataCtrlr.TxUpdatedMeasurands SecurityCtrlr.CertificateEntries SecurityCtrlr.OrganizationName
    SecurityCtrlr.SecurityProfile SmartChargingCtrlr.Entries SmartChargingCtrlr.LimitChangeSignificance SmartChargingCtrlr.PeriodsPerSchedule
    SmartChargingCtrlr.ProfileStackLevel SmartChargingCtrlr.RateUnit TariffCostCtrlr.Currency TariffCostCtrlr.TariffFallbackMessage
    TariffCostCtrlr.TotalCostFallbackMessage TxCtrlr.EVConnectionTimeOut TxCtrlr.StopTxOnEVSideDisconnect TxCtrlr.StopTxOnInvalidId TxCtrlr.TxStartPoint
    TxCtrlr.TxStopPoint`.split(/\s+/);

function fits(d) {
    const {dataType, valuesList, minLimit, maxLimit} = d.variableCharacteristics;
    return d.variableAttribute.every(({value}) => value === undefined || {
        boolean: () => ['true', 'false'].includes(value),
        integer: () => /^-?\d+$/.test(value) && (maxLimit === undefined || +value <= maxLimit) && (minLimit === undefined || +value >= minLimit),
        decimal: () => /^-?\d+(\.\d+)?$/.test(value),
        dateTime: () => !Number.isNaN(Date.parse(value)),
        OptionList: () => !valuesList || valuesList.split(',').includes(value),
        MemberList: () => !valuesList || value === '' || value.split(',').every(v => valuesList.split(',').includes(v)),
        SequenceList: () => !valuesList || value.split(',').every(v => valuesList.split(',').includes(v)),
        string: () => true,
    }[dataType]());
}

export const scenarios = {
    async inventory(w) {
        w.evses = 3;
        await w.start();
        await w.accepted();
        const full = await report(w, 'GetBaseReport', {requestId: 1, reportBase: 'FullInventory'});
        const names = new Set(full.items.map(d => `${d.component.name}.${d.variable.name}`));
        w.equal('B07 FullInventory has every required variable of its profiles', REQUIRED.filter(n => !names.has(n)), []);
        w.equal('B07 no variable comes twice', full.items.length, new Set(full.items.map(d => JSON.stringify(nameOf(d)))).size);
        w.check('B07 it comes in several parts, each small', full.parts.length > 1 && full.parts.every(p => JSON.stringify(p).length <= 65536 && p.reportData.length <= 64));
        w.equal('B07 every value has the type that it says', full.items.filter(d => !fits(d)).map(nameOf), []);
        w.equal('B07 EVSE and Connector come for each EVSE', full.items.filter(d => d.variable.name === 'AvailabilityState').map(d => d.component.evse?.id ?? 0).sort(), [0, 1, 1, 2, 2, 3, 3]);
        w.check('B07 EVSE.Power tells its limit', full.items.filter(d => d.component.name === 'EVSE' && d.variable.name === 'Power').every(d => d.variableCharacteristics.maxLimit > 0));
        const hidden = full.items.filter(d => d.variableAttribute[0].mutability === 'WriteOnly');
        w.check('B07 write-only variables are named, without a value', hidden.length > 0 && hidden.every(d => d.variableAttribute[0].value === undefined));
        w.check('B06 and cannot be read', (await w.ask('GetVariables', {getVariableData: hidden.map(nameOf)})).getVariableResult.every(r => r.attributeStatus === 'Rejected' && r.attributeValue === undefined));
        const readable = full.items.filter(d => d.variableAttribute[0].value !== undefined && d.variable.name !== 'DateTime' && d.variable.name !== 'TimeFloor');
        const different = [];
        for (let i = 0; i < readable.length; i += 50) {
            const part = readable.slice(i, i + 50);
            const got = (await w.ask('GetVariables', {getVariableData: part.map(nameOf)})).getVariableResult;
            got.forEach((r, k) => r.attributeStatus === 'Accepted' && r.attributeValue === part[k].variableAttribute[0].value || different.push([r, part[k].variableAttribute[0].value]));
        }
        w.equal('B06 every reported value is read the same', different, []);
        const writable = full.items.filter(d => d.variableAttribute[0].mutability === 'ReadWrite');
        const refused = [];
        for (let i = 0; i < writable.length; i += 50) {
            const part = writable.slice(i, i + 50);
            const got = (await w.ask('SetVariables', {setVariableData: part.map(d => ({...nameOf(d), attributeValue: d.variableAttribute[0].value}))})).setVariableResult;
            got.forEach((r, k) => ['Accepted', 'RebootRequired'].includes(r.attributeStatus) || refused.push([r.attributeStatus, nameOf(part[k])]));
        }
        w.equal('B05 every ReadWrite variable takes the value that it has', refused, []);
        const fixed = full.items.filter(d => d.variableAttribute[0].mutability === 'ReadOnly').slice(0, 60);
        w.check('B05 a ReadOnly variable takes none', (await w.ask('SetVariables', {setVariableData: fixed.map(d => ({...nameOf(d), attributeValue: '1'}))})).setVariableResult.every(r => r.attributeStatus === 'Rejected'));
        const configuration = await report(w, 'GetBaseReport', {requestId: 2, reportBase: 'ConfigurationInventory'});
        w.equal('B07 ConfigurationInventory is exactly what can be set', configuration.items.map(d => JSON.stringify(nameOf(d))).sort(), [...writable, ...hidden].map(d => JSON.stringify(nameOf(d))).sort());
        const summary = await report(w, 'GetBaseReport', {requestId: 3, reportBase: 'SummaryInventory'});
        w.check('B07 SummaryInventory has availability and problems', summary.items.length > 0 && summary.items.every(d => ['AvailabilityState', 'Problem'].includes(d.variable.name)));
        const many = Array.from({length: 65}, () => variable('TxCtrlr', 'TxStartPoint'));
        w.equal('B06 more items than ItemsPerMessage', (await w.ask('GetVariables', {getVariableData: many})).callError, 'OccurrenceConstraintViolation');
        w.equal('B05 likewise', (await w.ask('SetVariables', {setVariableData: many.map(m => ({...m, attributeValue: 'Authorized'}))})).callError, 'OccurrenceConstraintViolation');
        w.equal('B06 names are compared without case', (await value(w, variable('txctrlr', 'TXSTARTPOINT')))?.attributeStatus, 'Accepted');
        w.equal('B06 another EVSE is an unknown component', (await value(w, variable('EVSE', 'Power', {evse: {id: 4}})))?.attributeStatus, 'UnknownComponent');
        w.equal('B06 a missing instance is an unknown variable', (await value(w, variable('DeviceDataCtrlr', 'ItemsPerMessage')))?.attributeStatus, 'UnknownVariable');
        w.equal('B05 an attribute that it does not have', (await w.ask('SetVariables', {setVariableData: [{...variable('TxCtrlr', 'TxStartPoint'), attributeType: 'MinSet', attributeValue: 'x'}]})).setVariableResult?.[0]?.attributeStatus, 'NotSupportedAttributeType');
        for (const [component, name, bad] of [['TxCtrlr', 'EVConnectionTimeOut', '0'], ['TxCtrlr', 'EVConnectionTimeOut', '1e3'], ['TxCtrlr', 'TxStopPoint', 'Nowhere'], ['AuthCtrlr', 'AuthorizeRemoteStart', 'yes'], ['SmartChargingCtrlr', 'LimitChangeSignificance', '101'], ['OCPPCommCtrlr', 'NetworkConfigurationPriority', '7']])
            w.equal(`B05 ${component}.${name} = ${bad}`, await put(w, variable(component, name), bad), 'Rejected');
    },

    async customReport(w) {
        w.evses = 2;
        await w.start();
        await w.accepted();
        const get = (requestId, more) => report(w, 'GetReport', {requestId, ...more});
        w.equal('B08 one variable of all EVSEs', (await get(1, {componentVariable: [variable('EVSE', 'Power')]})).items.map(d => d.component.evse.id), [1, 2]);
        w.equal('B08 of one EVSE', (await get(2, {componentVariable: [variable('EVSE', 'Power', {evse: {id: 2}})]})).items.map(d => d.component.evse.id), [2]);
        const whole = await get(3, {componentVariable: [{component: {name: 'TxCtrlr'}}]});
        w.check('B08 a component as a whole', whole.items.length >= 6 && whole.items.every(d => d.component.name === 'TxCtrlr'));
        w.equal('B08 every instance', (await get(4, {componentVariable: [variable('DeviceDataCtrlr', 'BytesPerMessage')]})).items.map(d => d.variable.instance).sort(), ['GetReport', 'GetVariables', 'SetVariables']);
        w.equal('B08 nothing fits: EmptyResultSet', (await get(5, {componentVariable: [variable('Toaster', 'Colour')]})).status, 'EmptyResultSet');
        w.check('B08 then no report follows', w.of('NotifyReport', p => p.requestId === 5).length === 0);
        w.equal('B08 no Problem', (await get(6, {componentCriteria: ['Problem']})).status, 'EmptyResultSet');
        await w.sim('fault', {evse: 2, fault: true});
        await becomes(w, 'Faulted', 2);
        const broken = await get(7, {componentCriteria: ['Problem'], componentVariable: [variable('EVSE', 'Problem')]});
        w.equal('B08 a Problem, and only that', broken.items.map(d => [d.component.evse.id, d.variableAttribute[0].value]), [[2, 'true']]);
        await w.set('ReservationCtrlr', 'Enabled', 'false');
        w.equal('B08 Enabled leaves out what is not', (await get(8, {componentCriteria: ['Enabled'], componentVariable: [{component: {name: 'ReservationCtrlr'}}]})).status, 'EmptyResultSet');
        w.check('B08 no filter: all', (await get(9, {})).items.length > 100);
        w.equal('B08 too many filters', (await w.ask('GetReport', {requestId: 10, componentVariable: Array.from({length: 65}, () => variable('EVSE', 'Power'))})).callError, 'OccurrenceConstraintViolation');
    },

    async setAndKeep(w) {
        await w.start();
        await w.accepted();
        await w.set('TxCtrlr', 'EVConnectionTimeOut', 77);
        await w.set('ReservationCtrlr', 'NonEvseSpecific', 'false');
        w.equal('B05 a value that needs a reboot', await put(w, variable('OCPPCommCtrlr', 'NetworkConfigurationPriority'), '1'), 'RebootRequired');
        w.equal('A01 a new password is accepted', await put(w, variable('SecurityCtrlr', 'BasicAuthPassword'), 'another-password-of-the-csms'), 'Accepted');
        const before = w.handshakes.length;
        w.password = 'another-password-of-the-csms';
        w.check('A01 it connects anew with it', await until(() => w.handshakes.slice(before).some(h => h.password?.toString() === w.password)), w.handshakes.map(h => h.password?.toString()));
        await until(() => w.of('BootNotification').length >= 2);
        await w.pile.stop();
        await w.startPile(w.url);
        w.check('A01 and after a restart', await until(() => w.of('BootNotification').length >= 3));
        w.equal('B05 what was set is kept over a restart', (await value(w, variable('TxCtrlr', 'EVConnectionTimeOut')))?.attributeValue, '77');
        w.equal('H01 no reservation without an EVSE when NonEvseSpecific is false', (await w.ask('ReserveNow', {id: 1, expiryDateTime: soon(60), idToken: token('A')})).status, 'Rejected');
        w.equal('P01 DataTransfer of a stranger', (await w.ask('DataTransfer', {vendorId: 'org.example', data: {x: 1}})).status, 'UnknownVendorId');
    },

    async availability(w) {
        w.evses = 2;
        await w.start();
        await w.accepted();
        const change = (operationalStatus, evse) => w.ask('ChangeAvailability', {operationalStatus, ...(evse && {evse})});
        w.equal('G03 an unknown EVSE', (await change('Inoperative', {id: 9})).status, 'Rejected');
        w.equal('G03 an unknown connector', (await change('Inoperative', {id: 1, connectorId: 2})).status, 'Rejected');
        await w.sim('plug', {vehicle: CAR});
        await w.ask('RequestStartTransaction', start(1, 'CAR-1'));
        await w.next('TransactionEvent', p => p.transactionInfo.chargingState === 'Charging');
        w.equal('G03.FR.05 a running transaction comes first: Scheduled', (await change('Inoperative', {id: 1})).status, 'Scheduled');
        w.equal('G04 the whole station: Scheduled', (await change('Inoperative')).status, 'Scheduled');
        w.check('G04 the free EVSE is Unavailable at once', await becomes(w, 'Unavailable', 2));
        w.equal('G03 the busy one not yet', status(w), 'Occupied');
        await w.ask('RequestStopTransaction', {transactionId: w.events()[0].transactionInfo.transactionId});
        w.check('G03 after the transaction it is Unavailable', await becomes(w, 'Unavailable'));
        w.equal('G03 a start is rejected', (await w.ask('RequestStartTransaction', start(2, 'CAR-1'))).status, 'Rejected');
        w.equal('G03 the same again is Accepted', (await change('Inoperative')).status, 'Accepted');
        await w.pile.stop();
        const n = w.of('StatusNotification').length;
        await w.startPile(w.url);
        await until(() => w.of('StatusNotification').length >= n + 2);
        w.equal('G03.FR.08 it is kept over a restart', [status(w, 1), status(w, 2)], ['Unavailable', 'Unavailable']);
        w.equal('G03 back in service', (await change('Operative')).status, 'Accepted');
        w.check('G03 with the cable in it is Occupied, the other Available', await becomes(w, 'Occupied') && await becomes(w, 'Available', 2));
        w.equal('B11 reset of one EVSE', (await w.ask('Reset', {type: 'OnIdle', evseId: 2})).status, 'Accepted');
        w.equal('B11 of an unknown EVSE', (await w.ask('Reset', {type: 'OnIdle', evseId: 9})).status, 'Rejected');
        await w.ask('RequestStartTransaction', start(3, 'CAR-1'));
        const running = await until(() => w.events().find(e => e.transactionInfo.remoteStartId === 3));
        w.equal('B11 reset OnIdle while somebody charges', (await w.ask('Reset', {type: 'OnIdle'})).status, 'Scheduled');
        w.equal('B11 nobody new is taken until then', (await w.ask('RequestStartTransaction', start(4, 'CAR-2', {evseId: 2}))).status, 'Rejected');
        w.equal('F05 no unlocking under an authorised transaction', (await w.ask('UnlockConnector', {evseId: 1, connectorId: 1})).status, 'OngoingAuthorizedTransaction');
        const boots = w.of('BootNotification').length;
        w.equal('B12 an immediate one ends it', (await w.ask('Reset', {type: 'Immediate'})).status, 'Accepted');
        w.equal('B12.FR.04 with stoppedReason ImmediateReset', (await until(() => w.events(running.transactionInfo.transactionId).find(e => e.eventType === 'Ended')))?.transactionInfo.stoppedReason, 'ImmediateReset');
        await until(() => w.of('BootNotification').length > boots);
        w.equal('B12 it boots with reason RemoteReset', w.of('BootNotification').at(-1).params.reason, 'RemoteReset');
        w.checkSequence(running.transactionInfo.transactionId);
    },

    async triggers(w) {
        w.evses = 2;
        await w.start();
        await w.accepted();
        const trigger = (requestedMessage, evse) => w.ask('TriggerMessage', {requestedMessage, ...(evse && {evse})});
        for (const [message, evse] of [['Heartbeat'], ['MeterValues', {id: 2}], ['LogStatusNotification'], ['FirmwareStatusNotification'], ['StatusNotification', {id: 1, connectorId: 1}]]) {
            const n = w.of(message).length;
            w.equal(`F06 TriggerMessage ${message}`, (await trigger(message, evse)).status, 'Accepted');
            w.check(`F06 ${message} follows`, await until(() => w.of(message).length > n));
        }
        w.equal('F06 MeterValues are of the EVSE that was named', w.of('MeterValues').at(-1).params.evseId, 2);
        w.check('F06 with context Trigger', w.of('MeterValues').at(-1).params.meterValue.every(m => m.sampledValue.every(s => s.context === 'Trigger')));
        w.equal('F06 no transaction, no TransactionEvent', (await trigger('TransactionEvent')).status, 'Rejected');
        w.equal('F06 an unknown EVSE', (await trigger('MeterValues', {id: 7})).status, 'Rejected');
        for (const message of ['SignChargingStationCertificate', 'SignV2GCertificate', 'SignCombinedCertificate', 'PublishFirmwareStatusNotification'])
            w.equal(`F06.FR.08 ${message}`, (await trigger(message)).status, 'NotImplemented');
        await w.sim('plug', {vehicle: CAR});
        await w.ask('RequestStartTransaction', start(1, 'CAR-1'));
        await w.next('TransactionEvent', p => p.transactionInfo.chargingState === 'Charging');
        w.equal('F06 TransactionEvent in a transaction', (await trigger('TransactionEvent', {id: 1})).status, 'Accepted');
        const event = await w.next('TransactionEvent', p => p.triggerReason === 'Trigger');
        w.check('F06 with the readings', event?.meterValue?.[0].sampledValue.length >= 3, event);
        w.equal('F06 not of the EVSE without one', (await trigger('TransactionEvent', {id: 2})).status, 'Rejected');
        await w.set('AlignedDataCtrlr', 'Interval', 2);
        w.check('J01 readings at the time of the clock: in the transaction', await w.next('TransactionEvent', p => p.triggerReason === 'MeterValueClock'));
        w.check('J01 and of the idle EVSE', await until(() => w.of('MeterValues', p => p.evseId === 2 && p.meterValue[0].sampledValue[0].context === 'Sample.Clock')[0]));
        for (const action of ['GetLog', 'UpdateFirmware', 'CertificateSigned', 'DeleteCertificate', 'InstallCertificate', 'GetInstalledCertificateIds', 'PublishFirmware', 'UnpublishFirmware'])
            w.equal(`${action} is known but not served: NotSupported`, (await w.askRaw(`ns-${action}`, JSON.stringify([2, `ns-${action}`, action, {}])))?.[2], 'NotSupported');
    },

    async monitors(w) {
        await w.start();
        await w.accepted();
        const POWER = variable('EVSE', 'Power', {evse: {id: 1}}), STATE = variable('Connector', 'AvailabilityState', {evse: {id: 1, connectorId: 1}});
        const set = async (...items) => (await w.ask('SetVariableMonitoring', {setMonitoringData: items})).setMonitoringResult;
        const first = await set({value: 1000, type: 'UpperThreshold', severity: 5, ...POWER}, {value: 1, type: 'Delta', severity: 5, ...STATE}, {value: 1, type: 'Delta', severity: 5, ...variable('Toaster', 'X')}, {value: 1, type: 'Delta', severity: 5, ...variable('EVSE', 'X', {evse: {id: 1}})}, {value: 1, type: 'UpperThreshold', severity: 5, ...STATE}, {value: 1, type: 'Delta', severity: 10, ...POWER});
        w.equal('N04 item by item', first?.map(r => r.status), ['Accepted', 'Accepted', 'UnknownComponent', 'UnknownVariable', 'UnsupportedMonitorType', 'Rejected']);
        w.check('N04 an accepted one gets an id, the others none', first[0].id !== undefined && first[1].id !== undefined && first.slice(2).every(r => r.id === undefined));
        w.equal('N04 the same kind and severity again', (await set({value: 2000, type: 'UpperThreshold', severity: 5, ...POWER}))[0].status, 'Duplicate');
        w.equal('N04 replaced under its id', (await set({id: first[0].id, value: 3000, type: 'UpperThreshold', severity: 5, ...POWER}))[0].status, 'Accepted');
        w.equal('N04 an id that was never given', (await set({id: 4711, value: 3000, type: 'UpperThreshold', severity: 3, ...POWER}))[0].status, 'Rejected');
        await w.sim('plug', {vehicle: CAR});
        const find = wanted => until(() => w.of('NotifyEvent').flatMap(c => c.params.eventData).find(wanted));
        const delta = await find(e => e.variableMonitoringId === first[1].id);
        w.equal('N07 a change is told', delta && [delta.trigger, delta.actualValue, delta.eventNotificationType], ['Delta', 'Occupied', 'CustomMonitor']);
        await w.ask('RequestStartTransaction', start(1, 'CAR-1'));
        const alert = await find(e => e.variableMonitoringId === first[0].id && e.trigger === 'Alerting');
        w.check('N07 the threshold is crossed: Alerting, above it, in the transaction', alert && +alert.actualValue > 3000 && alert.transactionId && !alert.cleared, alert);
        await w.sim('unplug');
        w.check('N07 its end is told: cleared', await find(e => e.variableMonitoringId === first[0].id && e.cleared === true));
        const periodic = (await set({value: 1, type: 'Periodic', severity: 8, ...POWER}))[0];
        w.check('N08 a periodic one tells every second', await until(() => w.of('NotifyEvent').flatMap(c => c.params.eventData).filter(e => e.variableMonitoringId === periodic.id && e.trigger === 'Periodic').length >= 2));
        const ids = w.of('NotifyEvent').flatMap(c => c.params.eventData.map(e => e.eventId));
        w.equal('N07 event ids are unique', new Set(ids).size, ids.length);
        const all = await report(w, 'GetMonitoringReport', {requestId: 1}, 'NotifyMonitoringReport');
        w.equal('N02 the report has all monitors', all.items.flatMap(m => m.variableMonitoring.map(v => v.id)).sort(), [first[0].id, first[1].id, periodic.id].sort());
        w.equal('N02 those of one kind', (await report(w, 'GetMonitoringReport', {requestId: 2, monitoringCriteria: ['DeltaMonitoring']}, 'NotifyMonitoringReport')).items.length, 1);
        w.equal('N02 none: EmptyResultSet', (await w.ask('GetMonitoringReport', {requestId: 3, componentVariable: [variable('TxCtrlr', 'TxStartPoint')]})).status, 'EmptyResultSet');
        w.equal('N05 a level beyond 9', (await w.ask('SetMonitoringLevel', {severity: 10})).status, 'Rejected');
        w.equal('N05 only severe ones', (await w.ask('SetMonitoringLevel', {severity: 4})).status, 'Accepted');
        await sleep(300);
        const n = w.of('NotifyEvent').length;
        await sleep(1500);
        w.equal('N05 the others are quiet', w.of('NotifyEvent').length, n);
        w.equal('N06 cleared, and not found', (await w.ask('ClearVariableMonitoring', {id: [first[0].id, 999]})).clearMonitoringResult.map(r => r.status), ['Accepted', 'NotFound']);
        w.equal('N03 back to the factory', (await w.ask('SetMonitoringBase', {monitoringBase: 'FactoryDefault'})).status, 'Accepted');
        w.equal('N03 no custom monitor is left', (await w.ask('GetMonitoringReport', {requestId: 4})).status, 'EmptyResultSet');
        w.equal('N03 the base can be read', (await value(w, variable('MonitoringCtrlr', 'ActiveMonitoringBase')))?.attributeValue, 'FactoryDefault');
    },
};
