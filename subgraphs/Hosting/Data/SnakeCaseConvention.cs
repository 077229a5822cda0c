using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace LuckyGraph.Hosting.Data;

/// <summary>Tables and columns without a name of their own are named in snake case: <c>OrderLines.UnitPrice</c> is <c>order_lines.unit_price</c>.</summary>
internal sealed class SnakeCaseConvention : IModelFinalizingConvention
{
    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        foreach (var entity in modelBuilder.Metadata.GetEntityTypes())
        {
            if (entity.GetTableName() is { } table)
            {
                entity.Builder.ToTable(JsonNamingPolicy.SnakeCaseLower.ConvertName(table));
            }

            foreach (var property in entity.GetDeclaredProperties())
            {
                property.Builder.HasColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.GetColumnName()));
            }
        }
    }
}
