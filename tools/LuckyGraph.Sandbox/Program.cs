using LuckyGraph.Sandbox;
using LuckyGraph.Sandbox.Mail;
using LuckyGraph.Sandbox.Payments;

var builder = WebApplication.CreateBuilder(args);
if (!builder.Environment.IsDevelopment())
{
    Console.Error.WriteLine("The sandbox plays mailbox and payment provider for development only; it does not start elsewhere.");
    return 1;
}

builder.Services.AddSingleton(SandboxSettings.Read(builder.Configuration));
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddMail();
builder.Services.AddPayments();

var app = builder.Build();
app.MapMail();
app.MapPayments();
app.MapGet("/health/live", () => "live");
app.MapGet("/health/ready", () => "ready");
await app.RunAsync();
return 0;
